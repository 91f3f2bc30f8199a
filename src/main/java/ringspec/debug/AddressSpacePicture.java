package ringspec.debug;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import ringspec.debug.AddressSpace.Page;

/**
 * A picture of an address space as SVG: the kernel's half beside the user's, high addresses on top. The height of a region
 * grows with the logarithm of its size, and what is not mapped shrinks to a gap, so that a page and a terabyte fit beside each
 * other.
 */
public final class AddressSpacePicture {

    private static final int WIDTH = 1160;
    private static final int PANEL = 560;
    private static final int MARGIN = 20;
    private static final int TOP = 96;
    private static final int BLOCK_X = 160;
    private static final int BLOCK_WIDTH = 110;
    private static final int GAP_HEIGHT = 26;
    /** More regions than this on one side would not be legible: those with the highest addresses are left out, and told. */
    private static final int MOST = 60;
    private static final long USER_END = 1L << 47;
    private static final long KERNEL_START = -1L << 47;

    /** Something from {@code from} to {@code last}: pages with the same rights, or, without rights, nothing. */
    private record Region(long from, long last, String rights, String name) {

        boolean mapped() {
            return !rights.isEmpty();
        }

        long size() {
            return last - from + 1;
        }

        int height() {
            int log = 64 - Long.numberOfLeadingZeros(size() >>> 12);
            return mapped() ? 24 + 3 * Math.min(log - 1, 20) : GAP_HEIGHT;
        }
    }

    private final StringBuilder svg = new StringBuilder(16384);

    private AddressSpacePicture() {
    }

    /**
     * Draws an address space.
     *
     * @param title what it is the address space of
     * @param names what ranges of it are for; page-aligned ones are drawn apart from their neighbours
     * @return a whole SVG document, media type {@code image/svg+xml}
     */
    public static String of(String title, AddressSpace space, List<RegionName> names) {
        return new AddressSpacePicture().draw(title, regions(space.lowerHalf(), 0, USER_END, names), regions(space
                .upperHalf(),
                KERNEL_START, 0, names));
    }

    /** Regions and gaps of one half, by ascending address. */
    private static List<Region> regions(List<Page> pages, long start, long end, List<RegionName> names) {
        TreeSet<Long> borders = RegionName.borders(names);
        List<Region> regions = new ArrayList<>();
        long at = start;
        for (int i = 0; i < pages.size();) {
            Page first = pages.get(i);
            addGap(regions, at, first.linear(), names);
            long last = first.last();
            for (i++; i < pages.size() && pages.get(i).linear() == last + 1 && pages.get(i).rights().equals(first
                    .rights())
                    && !borders.contains(last + 1); i++) {
                last = pages.get(i).last();
            }
            regions.add(new Region(first.linear(), last, first.rights(), RegionName.join(names, first.linear(), last)));
            at = last + 1;
        }
        addGap(regions, at, end, names);
        return regions;
    }

    /** A gap, with named parts of it, such as a guard page, apart. */
    private static void addGap(List<Region> regions, long from, long end, List<RegionName> names) {
        long at = from;
        for (RegionName name : names.stream().filter(name -> from != end && name.meets(from, end - 1))
                .sorted((a, b) -> Long.compareUnsigned(a.from(), b.from())).toList()) {
            boolean guard = name.name().contains("guard") || name.name().contains("null");
            if (guard && Long.compareUnsigned(name.from(), at) >= 0 && Long.compareUnsigned(name.last(), end
                    - 1) <= 0) {
                if (name.from() != at) {
                    regions.add(new Region(at, name.from() - 1, "", ""));
                }
                regions.add(new Region(name.from(), name.last(), "", name.name()));
                at = name.last() + 1;
            }
        }
        if (at != end) {
            regions.add(new Region(at, end - 1, "", ""));
        }
    }

    private String draw(String title, List<Region> user, List<Region> kernel) {
        int height = TOP + Math.max(height(user), height(kernel)) + 2 * MARGIN;
        svg.append("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" role="img">
                <title>%3$s</title>
                <style>
                text { font: 12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1b1f24 }
                .title { font: 600 18px system-ui, "Segoe UI", "DejaVu Sans", sans-serif }
                .half { font: 600 14px system-ui, "Segoe UI", "DejaVu Sans", sans-serif }
                .plain { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif }
                .faint { fill: #59636e }
                .letters { font-weight: 700; text-anchor: middle }
                rect.r { stroke: #57606a; stroke-width: 1 }
                rect.u { stroke-width: 2.5; stroke: #0757b8 }
                .gap { stroke: #8c959f; stroke-width: 1; stroke-dasharray: 2 3; fill: none }
                </style>
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                """.formatted(WIDTH, height, escape(title)));
        text(MARGIN, 30, "title", title);
        legend();
        half(MARGIN, "User half", user);
        half(MARGIN + PANEL + MARGIN / 2, "Kernel half", kernel);
        return svg.append("</svg>\n").toString();
    }

    private void legend() {
        String[][] kinds = {{"U R - -", "read only"}, {"U R - X", "code"}, {"U R W -", "data"}, {"U R W X",
                "writable code!"}};
        int x = MARGIN;
        for (String[] kind : kinds) {
            svg.append("<rect class=\"r\" x=\"%d\" y=\"44\" width=\"16\" height=\"16\" fill=\"%s\"/>\n".formatted(x,
                    fill(kind[0]
                            .replace(" ", ""))));
            text(x + 22, 57, "plain", kind[1]);
            x += 40 + 8 * kind[1].length();
        }
        svg.append("<rect class=\"r u\" x=\"%d\" y=\"44\" width=\"16\" height=\"16\" fill=\"#ffffff\"/>\n".formatted(
                x));
        text(x + 22, 57, "plain", "U: ring 3 may use it");
        text(x + 175, 57, "plain faint",
                "R read · W write · X execute · G global · heights grow with the logarithm of the size");
    }

    private static int height(List<Region> regions) {
        return shown(regions).stream().mapToInt(Region::height).sum() + (regions.size() > MOST ? GAP_HEIGHT : 0);
    }

    private static List<Region> shown(List<Region> regions) {
        return regions.size() <= MOST ? regions : regions.subList(0, MOST);
    }

    private void half(int x, String name, List<Region> regions) {
        text(x, TOP - 12, "half", name);
        int y = TOP;
        if (regions.size() > MOST) {
            text(x + BLOCK_X, y + 17, "plain faint", "%d more regions above are not drawn".formatted(regions.size()
                    - MOST));
            y += GAP_HEIGHT;
        }
        for (Region region : shown(regions).reversed()) {
            if (region.mapped()) {
                block(x, y, region);
            } else {
                gap(x, y, region);
            }
            y += region.height();
        }
    }

    private void block(int x, int y, Region region) {
        int height = region.height();
        int middle = y + height / 2 + 4;
        String letters = String.join(" ", region.rights().split(""));
        svg.append("<g><title>%016x-%016x %s %s</title>\n".formatted(region.from(), region.last(), region.rights(),
                escape(
                        region.name())));
        svg.append("<rect class=\"r%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" fill=\"%s\"/>\n"
                .formatted(
                        region.rights().startsWith("U") ? " u" : "", x + BLOCK_X, y + 2, BLOCK_WIDTH, height - 4, fill(
                                region.rights())));
        text(x + BLOCK_X + BLOCK_WIDTH / 2, middle, "letters", letters);
        if (height >= 40) {
            text(x, y + 14, "faint", "%016x".formatted(region.last()));
        }
        text(x, height >= 40 ? y + height - 6 : middle, "", "%016x".formatted(region.from()));
        text(x + BLOCK_X + BLOCK_WIDTH + 12, middle, "plain", region.name().isEmpty() ? size(region.size())
                : size(region.size()) + " · " + region.name());
        svg.append("</g>\n");
    }

    private void gap(int x, int y, Region region) {
        int left = x + BLOCK_X;
        svg.append("<path class=\"gap\" d=\"M%d %dv%dM%d %dv%d\"/>\n".formatted(left, y, GAP_HEIGHT, left + BLOCK_WIDTH,
                y,
                GAP_HEIGHT));
        text(left + BLOCK_WIDTH / 2, y + 17, "letters faint", region.name().isEmpty() ? "·  ·  ·" : "- - - -");
        if (!region.name().isEmpty()) {
            text(x, y + 17, "faint", "%016x".formatted(region.from()));
        }
        text(left + BLOCK_WIDTH + 12, y + 17, "plain faint", region.name().isEmpty() ? size(region.size())
                + " not mapped"
                : size(region.size()) + " · " + region.name() + ", not mapped");
    }

    private void text(int x, int y, String style, String text) {
        svg.append("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>\n".formatted(style, x, y, escape(text)));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String fill(String rights) {
        boolean write = rights.contains("W");
        boolean execute = rights.contains("X");
        return write && execute ? "#ff9e94" : write ? "#ffe2a6" : execute ? "#bfe8c8" : "#cfe3fb";
    }

    /** {@code 16 KiB}, {@code 1.5 MiB}, {@code 128 TiB}. */
    private static String size(long bytes) {
        String[] units = {"bytes", "KiB", "MiB", "GiB", "TiB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, units[unit]).replace(".0 ", " ");
    }
}
