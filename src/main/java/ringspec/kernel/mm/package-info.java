/**
 * Memory: who owns which frame, page tables and the permissions they may hold, kernel stacks, Memory objects.
 */
package ringspec.kernel.mm;
