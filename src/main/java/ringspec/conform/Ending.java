package ringspec.conform;

/**
 * How a scenario ended.
 *
 * @param passed every step passed
 * @param skipped it did not apply
 * @param failed an expectation did not hold, rather than that something went wrong before
 * @param step text of the step that did not pass, or empty
 */
record Ending(boolean passed, boolean skipped, boolean failed, String step) {
}
