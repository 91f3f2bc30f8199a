/**
 * Processes and threads: how they come to be, how they end, and that nothing of them stays.
 */
package ringspec.kernel.process;
