/**
 * The reference kernel: its layout, its boot loader, and the dispatch from the gates of its machine code to handlers that are
 * stateless functions over guest memory.
 */
package ringspec.kernel;
