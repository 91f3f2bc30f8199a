/** Steps that end in every way a step can, for the collector's test. */
package ringspec.report.cucumber.sample;
