/**
 * The kernel's Java parts over a machine's memory, without running its machine code.
 */
package ringspec.kernel;
