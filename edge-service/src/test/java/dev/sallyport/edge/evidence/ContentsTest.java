package dev.sallyport.edge.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.audit.v1.Content;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class ContentsTest {

  @Test
  void theDigestIsTheHmacOfTheWholeContentUnderItsSalt() throws Exception {
    Random random = new Random(7);
    for (int length : new int[] {0, 1, 55, 56, 63, 64, 65, 300, 65_535, 65_536, 65_537, 200_000}) {
      // Given content somewhere in a larger array
      byte[] data = new byte[length + 20];
      random.nextBytes(data);

      // When it is kept
      Content kept = Contents.keep(data, 10, length);

      // Then the digest is what the JDK's own HMAC says, over all of it
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(kept.getSalt().toByteArray(), "HmacSHA256"));
      mac.update(data, 10, length);
      assertThat(kept.getSaltedDigest().toByteArray()).isEqualTo(mac.doFinal());
      assertThat(kept.getLength()).isEqualTo(length);
    }
  }

  @Test
  void overTheLimitOnlyTheBeginningIsKept() {
    byte[] data = new byte[Contents.KEPT_BYTES + 1];
    data[Contents.KEPT_BYTES - 1] = 1;

    Content kept = Contents.keep(data, 0, data.length);

    assertThat(kept.getData().size()).isEqualTo(Contents.KEPT_BYTES);
    assertThat(kept.getData().byteAt(Contents.KEPT_BYTES - 1)).isEqualTo((byte) 1);
    assertThat(kept.getLength()).isEqualTo(data.length);
  }

  @Test
  void equalContentHasDifferentSaltsAndDigests() {
    Content first = Contents.keep(new byte[10], 0, 10);
    Content second = Contents.keep(new byte[10], 0, 10);

    assertThat(first.getSalt()).isNotEqualTo(second.getSalt());
    assertThat(first.getSaltedDigest()).isNotEqualTo(second.getSaltedDigest());
  }
}
