/**
 * A machine as a debugger sees it: registers by name, address spaces, page walks explained, dumps. Looking changes nothing.
 */
package ringspec.debug;
