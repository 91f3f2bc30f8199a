/**
 * What each instruction does: one semantics, used by every engine.
 */
package ringspec.cpu.exec;
