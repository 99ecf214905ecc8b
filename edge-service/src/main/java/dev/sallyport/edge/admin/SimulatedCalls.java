package dev.sallyport.edge.admin;

import dev.sallyport.edge.admin.SimulationRequest.Against;
import dev.sallyport.edge.admin.SimulationView.Decision;
import dev.sallyport.edge.admin.SimulationView.Undecided;
import dev.sallyport.edge.call.Replays;
import dev.sallyport.edge.call.Replays.Answer;
import dev.sallyport.edge.call.Replays.Made;
import dev.sallyport.edge.call.Replays.Replayed;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.CodeTools;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.TenantCatalogue;
import dev.sallyport.edge.catalog.ToolEntry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls as they are looked at again, one after the other, and what came of it. One thread. */
final class SimulatedCalls {

  private final SimulationRequest request;
  private final Replays replays;
  private final TenantCatalogue catalogue;
  private final Map<String, AccessProfile> present;
  private final Map<String, AccessProfile> proposed;
  private final Map<Why, Integer> undecided = new EnumMap<>(Why.class);
  private final List<SimulationView.Call> differing = new ArrayList<>();
  private int examined;
  private int same;
  private int changedSince;
  private String last = "";

  /** Why a call cannot be decided. */
  private enum Why {
    ARGUMENTS(
        "A rule looks at arguments that are not recorded, or not whole: of those over 64 KiB the beginning is kept."),
    KEY("The key is not there any more."),
    TOOL("No server lists the tool any more, or what was asked for never was there."),
    GROUP(
        "The call came in at the endpoint of a group, and the release of then did not record of which."),
    DECISION("Something else than policy refused the call when it was made.");

    private final String detail;

    Why(String detail) {
      this.detail = detail;
    }
  }

  /**
   * @param present profiles of now by id of the key; the others are not there any more
   * @param proposed those of them that the proposal leaves
   */
  SimulatedCalls(
      SimulationRequest request,
      Replays replays,
      TenantCatalogue catalogue,
      Map<String, AccessProfile> present,
      Map<String, AccessProfile> proposed) {
    this.request = request;
    this.replays = replays;
    this.catalogue = catalogue;
    this.present = present;
    this.proposed = proposed;
  }

  /** As many differ as are asked for. */
  boolean isFull() {
    return differing.size() >= request.limit();
  }

  int examined() {
    return examined;
  }

  void look(RecordedCall call) {
    last = call.callId();
    if (call.made().server().equals(CodeTools.SERVER)) {
      // No policy speaks of it: what the script called is recorded by itself.
      return;
    }
    examined++;
    AccessProfile now = present.get(call.keyId());
    if (now == null) {
      open(Why.KEY);
      return;
    }
    Made made = call.made();
    ServerEntry server = catalogue.server(made.server());
    ToolEntry tool = server == null || !made.isToolCall() ? null : server.tool(made.tool());
    if (server == null || made.isToolCall() && tool == null) {
      open(Why.TOOL);
      return;
    }
    if (made.isOfUnknownGroup()) {
      open(Why.GROUP);
      return;
    }
    AccessProfile then = proposed.get(call.keyId());
    Replayed byNow = replays.decide(now, server, tool, made);
    Replayed byProposal =
        then == null ? Replays.withoutKey() : replays.decide(then, server, tool, made);
    if (byNow instanceof Replayed.Decided(Answer answer, String rule)
        && call.said() != null
        && call.said() != answer) {
      changedSince++;
    }
    compare(call, byNow, byProposal);
  }

  private void compare(RecordedCall call, Replayed byNow, Replayed byProposal) {
    Answer before =
        switch (request.against()) {
          case NOW -> byNow instanceof Replayed.Decided(Answer answer, String rule) ? answer : null;
          case THEN -> call.said();
        };
    if (!(byProposal instanceof Replayed.Decided(Answer answer, String rule))) {
      open(Why.ARGUMENTS);
    } else if (before == null) {
      open(request.against() == Against.NOW ? Why.ARGUMENTS : Why.DECISION);
    } else if (answer == before) {
      same++;
    } else {
      differing.add(view(call, byNow, new Decision(text(answer), rule)));
    }
  }

  private void open(Why why) {
    undecided.merge(why, 1, Integer::sum);
  }

  private static SimulationView.Call view(RecordedCall call, Replayed byNow, Decision byProposal) {
    Made made = call.made();
    return new SimulationView.Call(
        call.callId(),
        made.time(),
        call.key(),
        call.keyId(),
        made.door(),
        made.method(),
        made.server(),
        made.tool().isEmpty() ? null : made.tool(),
        call.then(),
        now(byNow),
        byProposal);
  }

  private static @Nullable Decision now(Replayed byNow) {
    return byNow instanceof Replayed.Decided(Answer answer, String rule)
        ? new Decision(text(answer), rule)
        : null;
  }

  private static String text(Answer answer) {
    return answer.name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param more not all that was asked for was looked at
   */
  SimulationView view(boolean more) {
    return new SimulationView(
        request.from(),
        request.to(),
        request.against().name().toLowerCase(Locale.ROOT),
        examined,
        same,
        differing.size(),
        undecided.values().stream().mapToInt(Integer::intValue).sum(),
        undecided.entrySet().stream()
            .map(
                each ->
                    new Undecided(
                        each.getKey().name().toLowerCase(Locale.ROOT),
                        each.getValue(),
                        each.getKey().detail))
            .toList(),
        changedSince,
        List.copyOf(differing),
        more ? last : null,
        request.notes());
  }
}
