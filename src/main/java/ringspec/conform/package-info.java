/** Runs scenarios on a subject without a build tool: selection, shards, verdicts, and the runs that prove that the suite can fail. */
package ringspec.conform;
