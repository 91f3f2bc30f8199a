package ringspec.spec;

/**
 * What the specification says where the design document is silent, contradicts itself or collides with the hardware.
 *
 * @param id permanent id, such as {@code D05}
 * @param trouble what is wrong or missing
 * @param decided what holds instead
 */
public record Decision(String id, String trouble, String decided) {
}
