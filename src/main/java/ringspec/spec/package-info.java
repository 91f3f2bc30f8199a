/**
 * The specification itself: clauses with their permanent ids and levels, the decisions they rest on, verdicts, and the
 * invariants that hold after every scenario.
 */
package ringspec.spec;
