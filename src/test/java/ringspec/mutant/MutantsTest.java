package ringspec.mutant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import ringspec.cpu.ProcessorModels;
import ringspec.kernel.KernelDesign;
import ringspec.kernel.KernelOptions;
import ringspec.spec.Clause;
import ringspec.spec.Specification;

/** The catalogue as a whole; that each of its mutants is noticed is for the mutation run to show. */
class MutantsTest {

    private static final int AT_LEAST = 80;

    @Test
    void everyClauseHasAMutantThatItMustNotice() {
        assertThat(Specification.get().clauses()).extracting(Clause::id).isSubsetOf(Mutants.all().stream().flatMap(
                mutant -> mutant.clauses().stream()).toList());
    }

    @Test
    void theCatalogueIsLargeAndUsesEverySeam() {
        assertThat(Mutants.all()).hasSizeGreaterThanOrEqualTo(AT_LEAST);
        assertThat(Mutants.all()).extracting(Mutant::seam).contains(Seam.values());
    }

    @Test
    void idsAndSentencesAreUnique() {
        assertThat(Mutants.all()).extracting(Mutant::id).doesNotHaveDuplicates();
        assertThat(Mutants.all()).extracting(Mutant::breaks).doesNotHaveDuplicates().allMatch(text -> !text.isBlank()
                && !text.endsWith("."));
    }

    @Test
    void noMutantIsTheKernelAsItShipsOnAFaithfulProcessor() {
        assertThat(Mutants.all()).noneMatch(mutant -> mutant.design() == KernelDesign.SHIPPED
                && mutant.seam() != Seam.PROCESSOR);
    }

    @Test
    void everyAssemblyVariantDiffersFromWhatShips() {
        // Replacements that don't apply exactly once are refused when the catalogue is made.
        KernelOptions options = KernelOptions.of(true, ProcessorModels.INTEL);
        assertThat(TextMutants.all()).noneMatch(mutant -> mutant.design().sources().equals(KernelDesign.SHIPPED
                .sources()) && mutant.design().constants(options).equals(KernelDesign.SHIPPED.constants(options)));
    }

    @Test
    void aReplacementThatDoesNotApplyOnceIsRefused() {
        assertThatThrownBy(() -> new TextVariant(List.of(new TextVariant.Replacement("boot.asm", "no such text", "")),
                Map.of())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("exactly once");
    }

    @Test
    void aMutantWithoutAClauseOrWithAnUnknownOneIsRefused() {
        assertThatThrownBy(() -> Mutant.kernel("MUT-999", "x", Seam.BOOT, KernelDesign.SHIPPED))
                .hasMessageContaining("names no clause");
        assertThatThrownBy(() -> Mutant.kernel("MUT-999", "x", Seam.BOOT, KernelDesign.SHIPPED, "XXX-01"))
                .hasMessageContaining("XXX-01");
    }
}
