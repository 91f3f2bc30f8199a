/**
 * Who runs next.
 */
package ringspec.kernel.sched;
