/**
 * Messages and the endpoints that they go through.
 */
package ringspec.kernel.ipc;
