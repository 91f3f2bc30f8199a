package ringspec.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

final class InterruptQueueTest {

    private long taskPriority;
    private final InterruptQueue queue = new InterruptQueue(() -> taskPriority);

    @Test
    void theHighestVectorComesFirstAndEachOnce() {
        queue.request(0x30);
        queue.request(0x80);
        queue.request(0x30);
        assertThat(queue.acknowledge()).isEqualTo(0x80);
        assertThat(queue.acknowledge()).isEqualTo(0x30);
        assertThat(queue.isPending()).isFalse();
        assertThatIllegalStateException().isThrownBy(queue::acknowledge);
    }

    @Test
    void cr8HoldsBackItsClassAndLowerOnes() {
        queue.request(0x3F);
        taskPriority = 3;
        assertThat(queue.isPending()).isFalse();
        queue.request(0x40);
        assertThat(queue.acknowledge()).isEqualTo(0x40);
        assertThat(queue.isPending()).isFalse();
        taskPriority = 2;
        assertThat(queue.acknowledge()).isEqualTo(0x3F);
    }

    @Test
    void vectorsOfExceptionsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> queue.request(15)).withMessageContaining("16 to 255");
        assertThatIllegalArgumentException().isThrownBy(() -> queue.request(256));
    }
}
