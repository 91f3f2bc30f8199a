/**
 * The 22 system calls: one class each that decodes the arguments into a request, checks it in the contract's order, and only
 * then acts.
 */
package ringspec.kernel.syscall;
