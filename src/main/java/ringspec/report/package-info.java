/** What a run of the specification leaves behind: verdicts for machines (conformance.json) and for people (index.html). */
package ringspec.report;
