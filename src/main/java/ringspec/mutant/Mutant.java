package ringspec.mutant;

import java.util.List;
import ringspec.cpu.exec.OperationBinder;
import ringspec.kernel.KernelDesign;
import ringspec.spec.Specification;

/**
 * A kernel with one mistake, or a processor with one.
 *
 * @param id permanent, such as {@code MUT-017}
 * @param breaks what is wrong, in one sentence
 * @param clauses ids of those that must notice, at least one
 * @param seam where it comes in
 * @param where it can be noticed
 * @param design the kernel
 * @param semantics the processor
 */
public record Mutant(String id, String breaks, List<String> clauses, Seam seam, Where where, KernelDesign design,
        OperationBinder semantics) {

    /** Which configurations can notice. */
    public enum Where {
        /** All of them. */
        ANYWHERE,
        /** An Intel processor. */
        INTEL,
        /** An AMD processor. */
        AMD,
        /** A kernel with page-table isolation, part of which is wrong. */
        KPTI_ON,
        /** A kernel without page-table isolation, whose CR3 loads hide it else. */
        KPTI_OFF
    }

    /** Checks the names. */
    public Mutant {
        if (!id.matches("MUT-\\d{3}")) {
            throw new IllegalArgumentException("\"%s\" is no id of a mutant: expected MUT-001 and the like".formatted(
                    id));
        }
        if (clauses.isEmpty()) {
            throw new IllegalArgumentException(id + " names no clause that must notice");
        }
        clauses.forEach(Specification.get()::clause);
        clauses = List.copyOf(clauses);
    }

    /** A kernel with a mistake, noticed anywhere, on a processor without one. */
    static Mutant kernel(String id, String breaks, Seam seam, KernelDesign design, String... clauses) {
        return kernel(id, breaks, seam, Where.ANYWHERE, design, clauses);
    }

    /** A kernel with a mistake on a processor without one. */
    static Mutant kernel(String id, String breaks, Seam seam, Where where, KernelDesign design, String... clauses) {
        return new Mutant(id, breaks, List.of(clauses), seam, where, design, OperationBinder.FAITHFUL);
    }

    /** A processor with a mistake under the kernel as it ships. */
    static Mutant processor(String id, String breaks, OperationBinder semantics, String... clauses) {
        return new Mutant(id, breaks, List.of(clauses), Seam.PROCESSOR, Where.ANYWHERE, KernelDesign.SHIPPED,
                semantics);
    }
}
