/** Collects what the scenarios say about the clauses while Cucumber runs them. */
package ringspec.report.cucumber;
