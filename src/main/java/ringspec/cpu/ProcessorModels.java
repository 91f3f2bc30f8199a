package ringspec.cpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The processor models that ringspec knows. */
public final class ProcessorModels {

    /** An Intel server core: all of x86-64-v3 with AES, SHA, protection keys and PCIDs; no AVX-512. */
    public static final ProcessorModel INTEL = new Model("INTEL", ProcessorModel.Vendor.INTEL, 0x000606A6,
            "Ringspec Intel 64 model", 46, 48, 0xD, without(Feature.MMXEXT, Feature.XSAVEERPTR));

    /** An AMD server core of the same features; SYSENTER is not there in long mode. */
    public static final ProcessorModel AMD = new Model("AMD", ProcessorModel.Vendor.AMD, 0x00A20F10,
            "Ringspec AMD64 model", 48, 48, 0xD, without(Feature.FDP_EXCPTN_ONLY, Feature.FPU_CSDS));

    /**
     * An Atom of the Airmont generation: SSE4.2, MOVBE, AES and RDRAND, but no AVX and so no XSAVE, no BMI, no SMAP, UMIP or
     * FSGSBASE, no PCIDs and no 1-GByte pages.
     */
    public static final ProcessorModel AIRMONT = new Model("AIRMONT", ProcessorModel.Vendor.INTEL, 0x000406C3,
            "Ringspec Airmont model", 36, 48, 7, without(Feature.MMXEXT, Feature.XSAVEERPTR, Feature.FDP_EXCPTN_ONLY,
                    Feature.SMAP, Feature.UMIP,
                    Feature.FSGSBASE, Feature.PAGE1GB, Feature.BMI1, Feature.BMI2, Feature.LZCNT, Feature.AVX,
                    Feature.AVX2,
                    Feature.FMA, Feature.F16C, Feature.XSAVE, Feature.XSAVEOPT, Feature.XSAVEC, Feature.XGETBV1,
                    Feature.XSAVES, Feature.PCID, Feature.INVPCID, Feature.PKU, Feature.RDPID, Feature.RDSEED,
                    Feature.ADX,
                    Feature.CLFLUSHOPT, Feature.CLWB, Feature.SHA));

    private static final List<ProcessorModel> ALL = List.of(INTEL, AMD, AIRMONT);

    private ProcessorModels() {
    }

    /** Every model. */
    public static List<ProcessorModel> all() {
        return ALL;
    }

    /**
     * The model of a name, whatever its case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ProcessorModel named(String name) {
        return ALL.stream().filter(model -> model.name().equalsIgnoreCase(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no processor model is called \"%s\": expected one of %s"
                                .formatted(name, ALL.stream().map(ProcessorModel::name).collect(Collectors.joining(
                                        ", ")))));
    }

    private static Set<Feature> without(Feature... missing) {
        Set<Feature> features = EnumSet.allOf(Feature.class);
        features.removeAll(Set.of(missing));
        return Collections.unmodifiableSet(features);
    }

    /**
     * A model made of feature bits.
     *
     * @param signature CPUID.1:EAX, family, model and stepping
     * @param brand at most 47 characters
     * @param maxBasic the highest basic CPUID leaf, 7 or more
     */
    private record Model(String name, Vendor vendor, int signature, String brand, int physicalAddressBits,
            int linearAddressBits, int maxBasic, Set<Feature> features) implements ProcessorModel {

        private static final int MAX_EXTENDED = 0x8000_0008;
        /** CLFLUSH line size in units of 8 bytes, bits 15:8; one logical processor, bits 23:16. */
        private static final int LINE_AND_COUNT = 8 << 8 | 1 << 16;

        @Override
        public boolean has(Feature feature) {
            return features.contains(feature);
        }

        @Override
        public int[] cpuid(int leaf, int subleaf) {
            if (Integer.compareUnsigned(leaf, maxBasic) <= 0) {
                return basic(leaf, subleaf);
            }
            if (leaf < 0 && Integer.compareUnsigned(leaf, MAX_EXTENDED) <= 0) {
                return extended(leaf);
            }
            // Intel answers a leaf that is too high with the highest basic leaf, AMD with zeros.
            return vendor == Vendor.INTEL ? basic(maxBasic, subleaf) : new int[4];
        }

        private int[] basic(int leaf, int subleaf) {
            return switch (leaf) {
                case 0 -> vendorLeaf(maxBasic);
                case 1 -> withFeatures(leaf, 0, signature, LINE_AND_COUNT);
                // One iteration, and "see leaf 4" as the only cache descriptor.
                case 2 -> vendor == Vendor.INTEL ? new int[]{0xFF01, 0, 0, 0} : new int[4];
                case 4 -> vendor == Vendor.INTEL ? cache(subleaf) : new int[4];
                // MONITOR lines of 64 bytes; MWAIT takes extensions, and one of them is to wake by a masked interrupt.
                case 5 -> has(Feature.MONITOR) ? new int[]{64, 64, 3, 0} : new int[4];
                case 7 -> subleaf == 0 ? withFeatures(leaf, 0, 0, 0) : new int[4];
                case 0xD -> has(Feature.XSAVE) ? extendedState(subleaf) : new int[4];
                default -> new int[4];
            };
        }

        private int[] extended(int leaf) {
            return switch (leaf & 0xFFFF) {
                case 0 -> vendor == Vendor.AMD ? vendorLeaf(MAX_EXTENDED) : new int[]{MAX_EXTENDED, 0, 0, 0};
                case 1 -> withFeatures(leaf, 0, vendor == Vendor.AMD ? signature : 0, 0);
                case 2, 3, 4 -> brandPart((leaf & 0xFFFF) - 2);
                case 7 -> withFeatures(leaf, 0, 0, 0);
                case 8 -> withFeatures(leaf, 0, linearAddressBits << 8 | physicalAddressBits, 0);
                default -> new int[4];
            };
        }

        private int[] vendorLeaf(int max) {
            ByteBuffer id = text(vendor == Vendor.INTEL ? "GenuineIntel" : "AuthenticAMD", 12);
            return new int[]{max, id.getInt(0), id.getInt(8), id.getInt(4)};
        }

        private int[] brandPart(int part) {
            ByteBuffer text = text(brand, 48);
            return new int[]{text.getInt(part * 16), text.getInt(part * 16 + 4), text.getInt(part * 16 + 8),
                    text.getInt(part * 16 + 12)};
        }

        private int[] withFeatures(int leaf, int subleaf, int eax, int ebx) {
            int[] registers = {eax, ebx, 0, 0};
            for (Feature feature : features) {
                boolean own = feature.leaf() == leaf && feature.subleaf() == subleaf;
                boolean mirrored = leaf == 0x8000_0001 && vendor == Vendor.AMD && feature.isMirrored();
                if (own || mirrored) {
                    registers[feature.register()] |= 1 << feature.bit();
                }
            }
            return registers;
        }

        /** Leaf 0DH: EBX of subleaves 0 and 1 depends on XCR0 and IA32_XSS, which are as after reset here. */
        private int[] extendedState(int subleaf) {
            int size = XsaveLayout.standardSize(this, XsaveLayout.X87);
            return switch (subleaf) {
                case 0 -> new int[]{(int) supportedXcr0(), size, XsaveLayout.standardSize(this, supportedXcr0()), 0};
                case 1 -> withFeatures(0xD, 1, 0, XsaveLayout.compactedSize(XsaveLayout.X87));
                default -> subleaf > 1 && subleaf < 63 && (supportedXcr0() >>> subleaf & 1) != 0
                        ? new int[]{XsaveLayout.size(subleaf), XsaveLayout.standardOffset(this, subleaf), 0, 0}
                        : new int[4];
            };
        }

        /** Leaf 4: 32 KiB of data, 32 KiB of code, 1 MiB unified; 64-byte lines, 8 or 16 ways. */
        private static int[] cache(int index) {
            return switch (index) {
                case 0 -> new int[]{1 << 5 | 1, 7 << 22 | 63, 63, 0};
                case 1 -> new int[]{1 << 5 | 2, 7 << 22 | 63, 63, 0};
                case 2 -> new int[]{2 << 5 | 3, 15 << 22 | 63, 1023, 0};
                default -> new int[4];
            };
        }

        private static ByteBuffer text(String text, int size) {
            ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
            buffer.put(text.getBytes(StandardCharsets.US_ASCII));
            return buffer;
        }

        @Override
        public long supportedCr4() {
            return ControlRegisters.CR4_TSD | ControlRegisters.CR4_PSE | ControlRegisters.CR4_PAE
                    | ControlRegisters.CR4_MCE
                    | ControlRegisters.CR4_PGE | ControlRegisters.CR4_PCE | ControlRegisters.CR4_OSFXSR
                    | ControlRegisters.CR4_OSXMMEXCPT | bit(Feature.DE, ControlRegisters.CR4_DE)
                    | bit(Feature.UMIP, ControlRegisters.CR4_UMIP) | bit(Feature.FSGSBASE,
                            ControlRegisters.CR4_FSGSBASE)
                    | bit(Feature.SMEP, ControlRegisters.CR4_SMEP) | bit(Feature.SMAP, ControlRegisters.CR4_SMAP)
                    | bit(Feature.PCID, ControlRegisters.CR4_PCIDE)
                    | bit(Feature.XSAVE, ControlRegisters.CR4_OSXSAVE) | bit(Feature.PKU, ControlRegisters.CR4_PKE);
        }

        @Override
        public long supportedXcr0() {
            return has(Feature.XSAVE) ? XsaveLayout.X87 | XsaveLayout.SSE | bit(Feature.AVX, XsaveLayout.AVX)
                    | bit(Feature.PKU, XsaveLayout.PKRU) : 0;
        }

        @Override
        public long supportedEfer() {
            return ControlRegisters.EFER_SCE | ControlRegisters.EFER_LME | ControlRegisters.EFER_LMA
                    | bit(Feature.NX, ControlRegisters.EFER_NXE);
        }

        private long bit(Feature feature, long mask) {
            return has(feature) ? mask : 0;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
