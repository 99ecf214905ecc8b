package dev.sallyport.edge.call;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.kit.call.CallId;
import io.quarkus.arc.DefaultBean;
import jakarta.inject.Singleton;
import java.time.Duration;

/** No limits are configured: every call is granted, for five minutes. */
@DefaultBean
@Singleton
class UnlimitedReservations implements Reservations {

  private static final Duration VALID_FOR = Duration.ofMinutes(5);

  @Override
  public Answer reserve(CallId call, AccessProfile profile, Target target) {
    return new Granted(call.toString(), VALID_FOR);
  }

  @Override
  public void settle(Granted reservation, Settlement settlement) {
    // Nothing was taken.
  }
}
