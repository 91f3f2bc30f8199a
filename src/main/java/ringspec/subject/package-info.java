/**
 * What is under test: a kernel, booted once for each configuration and forked for each scenario.
 */
package ringspec.subject;
