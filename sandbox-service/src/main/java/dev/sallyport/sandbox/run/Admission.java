package dev.sallyport.sandbox.run;

import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.ScriptFailure;
import dev.sallyport.proto.sandbox.v1.ScriptFailureKind;
import dev.sallyport.proto.sandbox.v1.ScriptFunction;
import dev.sallyport.proto.sandbox.v1.ScriptNamespace;
import dev.sallyport.proto.sandbox.v1.Start;
import dev.sallyport.sandbox.worker.ReservedNames;
import dev.sallyport.sandbox.worker.wire.Up;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether a Start can be run, as it is. */
sealed interface Admission {

  /** It can. */
  record Admitted(Up.Start start) implements Admission {}

  /** It cannot, whoever would run it. */
  record Refused(RunEnd end) implements Admission {}

  Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

  /** Functions of all namespaces. */
  int MOST_FUNCTIONS = 20_000;

  static Admission of(Start start, RunCeilings ceilings) {
    if (start.getScript().size() > ceilings.scriptBytes()) {
      return new Refused(
          RunEnd.newBuilder()
              .setScriptFailed(
                  ScriptFailure.newBuilder()
                      .setKind(ScriptFailureKind.SCRIPT_FAILURE_KIND_STATIC)
                      .setMessage(
                          "the script is too long: the limit is "
                              + ceilings.scriptBytes()
                              + " bytes")
                      .setHint("data belongs into the arguments of tools, not into the script"))
              .build());
    }
    List<Up.Space> spaces = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int functions = 0;
    for (ScriptNamespace space : start.getNamespacesList()) {
      String name = space.getName();
      if (!IDENTIFIER.matcher(name).matches() || !names.add(name)) {
        return refused("The namespace '" + shown(name) + "' is no identifier, or there twice.");
      }
      if (ReservedNames.ALL.contains(name)) {
        return refused(
            "The namespace '" + name + "' has the name of something that scripts have already.");
      }
      List<String> own = new ArrayList<>();
      Set<String> seen = new HashSet<>();
      for (ScriptFunction function : space.getFunctionsList()) {
        if (!IDENTIFIER.matcher(function.getName()).matches() || !seen.add(function.getName())) {
          return refused(
              "The function '"
                  + shown(function.getName())
                  + "' of '"
                  + name
                  + "' is no identifier, or there twice.");
        }
        own.add(function.getName());
      }
      functions += own.size();
      spaces.add(new Up.Space(name, own));
    }
    if (functions > MOST_FUNCTIONS) {
      return refused("A script finds at most " + MOST_FUNCTIONS + " tools.");
    }
    return new Admitted(
        new Up.Start(
            start.getScript().toByteArray(),
            ceilings.caps(start.getLimits()),
            spaces,
            start.getClockMicros(),
            start.getDryRun()));
  }

  private static Refused refused(String why) {
    return new Refused(Ends.failed(Failure.of(ErrorCode.INVALID_PARAMS, why)));
  }

  private static String shown(String name) {
    return name.length() > 40 ? name.substring(0, 40) + "..." : name;
  }
}
