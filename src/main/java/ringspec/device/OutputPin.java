package ringspec.device;

/** What a device's output pin is wired to. */
@FunctionalInterface
public interface OutputPin {

    /** The pin has this electrical level from now on; told at changes only. */
    void set(boolean high);
}
