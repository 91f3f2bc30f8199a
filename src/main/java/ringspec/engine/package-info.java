/** Who runs the processor: fetching, executing and delivering, over the one semantics of {@code ringspec.cpu.exec}. */
package ringspec.engine;
