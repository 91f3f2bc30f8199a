/**
 * Processes and threads: how they come to be, how they end, and that nothing of them stays.
 *
 * <p>A child's structures, page tables and image come from the pool of free frames; only mem_alloc draws on a budget, and a child
 * has one if its parent transfers it. A process ends by proc_destroy, with its last thread, with the last capability to it, or, if
 * it has no thread, when nobody who has one can reach it any more.
 */
package ringspec.kernel.process;
