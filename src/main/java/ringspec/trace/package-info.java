/**
 * What a machine did, as typed events. Every room may import this one; it imports none.
 */
package ringspec.trace;
