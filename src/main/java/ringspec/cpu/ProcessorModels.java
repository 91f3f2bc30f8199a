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

    /** An Intel server core with SMEP, SMAP and UMIP. */
    public static final ProcessorModel INTEL = new Model("INTEL", ProcessorModel.Vendor.INTEL, 0x000606A6,
            "Ringspec Intel 64 model", 46, 48, without(Feature.BMI1, Feature.XSAVEERPTR));

    /** An AMD core of the same features, but for SYSENTER, which AMD has not in long mode. */
    public static final ProcessorModel AMD = new Model("AMD", ProcessorModel.Vendor.AMD, 0x00A20F10,
            "Ringspec AMD64 model", 48, 48, without(Feature.BMI1, Feature.FDP_EXCPTN_ONLY,
                    Feature.FPU_CSDS));

    /** An Atom of the Airmont generation: SMEP, but neither SMAP, UMIP, FSGSBASE nor 1-GByte pages. */
    public static final ProcessorModel AIRMONT = new Model("AIRMONT", ProcessorModel.Vendor.INTEL, 0x000406C3,
            "Ringspec Airmont model", 36, 48, without(Feature.SMAP, Feature.UMIP, Feature.FSGSBASE, Feature.PAGE1GB,
                    Feature.BMI1, Feature.LZCNT, Feature.FDP_EXCPTN_ONLY, Feature.XSAVEERPTR));

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
     */
    private record Model(String name, Vendor vendor, int signature, String brand, int physicalAddressBits,
            int linearAddressBits,
            Set<Feature> features) implements ProcessorModel {

        private static final int MAX_BASIC = 7;
        private static final int MAX_EXTENDED = 0x8000_0008;
        /** CLFLUSH line size in units of 8 bytes, bits 15:8; one logical processor, bits 23:16. */
        private static final int LINE_AND_COUNT = 8 << 8 | 1 << 16;

        @Override
        public boolean has(Feature feature) {
            return features.contains(feature);
        }

        @Override
        public int[] cpuid(int leaf, int subleaf) {
            if (Integer.compareUnsigned(leaf, MAX_BASIC) <= 0) {
                return basic(leaf, subleaf);
            }
            if (leaf < 0 && Integer.compareUnsigned(leaf, MAX_EXTENDED) <= 0) {
                return extended(leaf);
            }
            // Intel answers a leaf that is too high with the highest basic leaf, AMD with zeros.
            return vendor == Vendor.INTEL ? basic(MAX_BASIC, subleaf) : new int[4];
        }

        private int[] basic(int leaf, int subleaf) {
            return switch (leaf) {
                case 0 -> vendorLeaf(MAX_BASIC);
                case 1 -> withFeatures(leaf, signature, LINE_AND_COUNT);
                // One iteration, and "see leaf 4" as the only cache descriptor.
                case 2 -> vendor == Vendor.INTEL ? new int[]{0xFF01, 0, 0, 0} : new int[4];
                case 4 -> vendor == Vendor.INTEL ? cache(subleaf) : new int[4];
                case 7 -> subleaf == 0 ? withFeatures(leaf, 0, 0) : new int[4];
                default -> new int[4];
            };
        }

        private int[] extended(int leaf) {
            return switch (leaf & 0xFFFF) {
                case 0 -> vendor == Vendor.AMD ? vendorLeaf(MAX_EXTENDED) : new int[]{MAX_EXTENDED, 0, 0, 0};
                case 1 -> withFeatures(leaf, vendor == Vendor.AMD ? signature : 0, 0);
                case 2, 3, 4 -> brandPart((leaf & 0xFFFF) - 2);
                case 7 -> withFeatures(leaf, 0, 0);
                case 8 -> withFeatures(leaf, linearAddressBits << 8 | physicalAddressBits, 0);
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

        private int[] withFeatures(int leaf, int eax, int ebx) {
            int[] registers = {eax, ebx, 0, 0};
            for (Feature feature : features) {
                boolean mirrored = leaf == 0x8000_0001 && vendor == Vendor.AMD && feature.isMirrored();
                if (feature.leaf() == leaf || mirrored) {
                    registers[feature.register()] |= 1 << feature.bit();
                }
            }
            return registers;
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
                    | bit(Feature.SMEP, ControlRegisters.CR4_SMEP) | bit(Feature.SMAP, ControlRegisters.CR4_SMAP);
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
