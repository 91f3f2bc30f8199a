package ringspec.spec;

/** How binding a clause is, in the sense of RFC 2119. */
public enum Level {
    MUST, SHOULD
}
