package dev.sallyport.audit.record;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.audit.v1.QueryUsageRequest;
import dev.sallyport.proto.audit.v1.UsageDimension;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which usage is asked for. Always of one tenant.
 *
 * @param by at most three, each once
 * @param key id or name of a virtual key; empty for any, as is server
 * @param tool by its own name or by the one that callers used; empty for any
 * @param fromMicros when the call ended, inclusive; 0 for any
 * @param toMicros when the call ended, exclusive; 0 for any
 * @param limit most rows, 1 to 1000
 */
public record UsageQuestion(
    String tenant,
    List<UsageDimension> by,
    String key,
    String server,
    String tool,
    long fromMicros,
    long toMicros,
    int limit) {

  private static final int USUAL_ROWS = 100;
  private static final int MOST_ROWS = 1_000;
  private static final int MOST_DIMENSIONS = 3;

  /**
   * The question of a request, in the tenant of its context.
   *
   * @throws CallFailed INVALID_PARAMS naming what is malformed
   */
  static UsageQuestion of(CallContext context, QueryUsageRequest request) {
    List<UsageDimension> by = request.getByList();
    Set<UsageDimension> once = EnumSet.noneOf(UsageDimension.class);
    once.addAll(by);
    if (once.size() < by.size() || by.size() > MOST_DIMENSIONS) {
      throw invalid("Usage is told by at most three dimensions, each once.");
    }
    if (once.contains(UsageDimension.UNRECOGNIZED)
        || once.contains(UsageDimension.USAGE_DIMENSION_UNSPECIFIED)) {
      throw invalid("A dimension is not known.");
    }
    int limit = request.getLimit() == 0 ? USUAL_ROWS : request.getLimit();
    if (limit < 0 || limit > MOST_ROWS) {
      throw invalid("The limit is from 1 to " + MOST_ROWS + ".");
    }
    if (request.getFromMicros() < 0 || request.getToMicros() < 0) {
      throw invalid("Times are microseconds since 1970.");
    }
    return new UsageQuestion(
        context.tenant(),
        List.copyOf(by),
        CallFilter.storable(request.getKey()),
        CallFilter.storable(request.getServer()),
        CallFilter.storable(request.getTool()),
        request.getFromMicros(),
        request.getToMicros(),
        limit);
  }

  private static CallFailed invalid(String message) {
    return new CallFailed(Failure.of(ErrorCode.INVALID_PARAMS, message));
  }
}
