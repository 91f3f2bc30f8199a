/** Planted defects: what is broken, where it comes in, and the clauses that must notice. */
package ringspec.mutant;
