package ringspec.kernel.cap;

/** Bits of a capability's rights. */
public final class Rights {

    public static final int READ = 1;
    public static final int WRITE = 2;
    public static final int EXECUTE = 4;
    public static final int GRANT = 8;
    public static final int REVOKE = 16;
    public static final int ALL = READ | WRITE | EXECUTE | GRANT | REVOKE;

    private Rights() {
    }
}
