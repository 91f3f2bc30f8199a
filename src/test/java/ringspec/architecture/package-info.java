/** Tests of the house itself: who may import whom, and what no room may do. */
package ringspec.architecture;
