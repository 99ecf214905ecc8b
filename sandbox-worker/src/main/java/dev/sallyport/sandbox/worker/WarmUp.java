package dev.sallyport.sandbox.worker;

import dev.sallyport.sandbox.worker.wire.Down;
import dev.sallyport.sandbox.worker.wire.Up;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A run of everything that scripts use often, whose calls are answered here. */
final class WarmUp implements Line {
  static final Up.Start START =
      new Up.Start(
          """
          def total(rows):
              sum = 0
              for row in rows:
                  sum += row["n"] * 2
              return sum

          seen = {}
          for i in range(300):
              seen["k%d" % i] = [i, str(i), i * 1.5]
          rows = warm.up(query="x", list=[1, 2.5, None, True], deep={"a": {"b": []}})
          rows += parallel([call(warm.up, n=n) for n in range(2)])[0]
          tried = try_call(warm.up)
          names = sorted([r["name"].upper() for r in rows if re.search("a+", r["name"])])
          print("rows: %s" % len(rows), "{} {}".format(names, tried["ok"]))
          text = json.encode({"rows": rows, "at": str(time.now()), "up": math.ceil(1.5)})
          result = {"total": total(rows), "names": names, "text": json.decode(text)}
          """
              .getBytes(StandardCharsets.UTF_8),
          new Up.RunCaps(1_000_000, 16 << 20, 100, 8, 65_536, 65_536, 65_536),
          List.of(new Up.Space("warm", List.of("up"))),
          1_764_417_600_000_000L,
          false);

  private static final byte[] ROWS =
      "[{\"name\":\"alpha\",\"n\":1},{\"name\":\"beta\",\"n\":2}]".getBytes(StandardCharsets.UTF_8);

  private final java.util.ArrayDeque<String> steps = new java.util.ArrayDeque<>();

  @Override
  public void send(Down message) {
    if (message instanceof Down.Call call) {
      steps.add(call.step());
    }
    // As a real one would be, for the code that does it.
    var ignored = Down.encode(message);
  }

  @Override
  public Up.Answer answer() {
    return new Up.Answer(steps.remove(), new Up.Outcome.Value(ROWS));
  }
}
