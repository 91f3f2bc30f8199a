/**
 * Capabilities: types, rights, the table of a process, and the checks that every system call begins with.
 */
package ringspec.kernel.cap;
