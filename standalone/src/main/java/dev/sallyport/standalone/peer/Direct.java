package dev.sallyport.standalone.peer;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.CallContexts;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.function.BiFunction;

/** A request to another service in this process, asked by {@code asker}. */
record Direct(Peer asker) {

  <Q, A> Uni<A> answer(
      dev.sallyport.proto.common.v1.CallContext context,
      Q request,
      BiFunction<CallContext, Q, Uni<A>> feature) {
    return Uni.createFrom().deferred(() -> feature.apply(CallContexts.of(context, asker), request));
  }

  <Q, A> Multi<A> stream(
      dev.sallyport.proto.common.v1.CallContext context,
      Q request,
      BiFunction<CallContext, Q, Multi<A>> feature) {
    return Multi.createFrom()
        .deferred(() -> feature.apply(CallContexts.of(context, asker), request));
  }
}
