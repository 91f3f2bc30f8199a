/** The {@code ringspec} command. */
package ringspec.cli;
