/**
 * A whole machine: processor, RAM, devices and trace put together, with virtual time, limits, breakpoints, forks and
 * snapshots.
 */
package ringspec.machine;
