/** Glue: what the sentences of the features do and observe. One class per chapter, no logic. */
package ringspec.steps;
