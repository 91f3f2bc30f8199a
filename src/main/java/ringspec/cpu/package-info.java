/**
 * The processor's state and what it does besides instructions: flags, segments, control registers, MSRs, processor models,
 * faults and their delivery through the IDT, and linear memory as instructions see it.
 */
package ringspec.cpu;
