package dev.sallyport.codemode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds tools by words (BM25) in their server, name, title, description and parameters. Tools are
 * numbers here, in an order that decides between equals. Immutable.
 */
final class ToolSearch {

  private static final double SATURATION = 1.2;
  private static final double LENGTH = 0.6;

  /** What a word that a searched one begins counts for. */
  private static final double BEGINNING = 0.4;

  private static final int MOST_BEGINNINGS = 12;
  private static final int SHORTEST_BEGINNING = 3;
  private static final int LONGEST_QUERY = 300;
  private static final int MOST_WORDS = 16;

  /** Say nothing beside other words. */
  private static final Set<String> FILLERS =
      Set.of("a", "an", "and", "for", "how", "i", "in", "is", "my", "of", "on", "or", "the", "to");

  private final String[] words;
  private final int[][] tools;
  private final float[][] weights;
  private final int size;

  private ToolSearch(String[] words, int[][] tools, float[][] weights, int size) {
    this.words = words;
    this.tools = tools;
    this.weights = weights;
    this.size = size;
  }

  /** Numbers of the tools that have any of the words, the best first. */
  List<Integer> find(String query) {
    Set<String> searched = new LinkedHashSet<>(Words.of(query, LONGEST_QUERY));
    if (!FILLERS.containsAll(searched)) {
      searched.removeAll(FILLERS);
    }
    double[] scores = new double[size];
    int count = 0;
    for (String word : searched) {
      if (count++ == MOST_WORDS) {
        break;
      }
      int at = Arrays.binarySearch(words, word);
      if (at >= 0) {
        add(at, 1, scores);
      }
      if (word.length() >= SHORTEST_BEGINNING) {
        int from = at >= 0 ? at + 1 : -at - 1;
        for (int i = from; i < words.length && i < from + MOST_BEGINNINGS; i++) {
          if (!words[i].startsWith(word)) {
            break;
          }
          add(i, BEGINNING, scores);
        }
      }
    }
    List<Integer> found = new ArrayList<>();
    for (int tool = 0; tool < size; tool++) {
      if (scores[tool] > 0) {
        found.add(tool);
      }
    }
    // The sort is stable, so that equals stay in their order.
    found.sort((a, b) -> Double.compare(scores[b], scores[a]));
    return found;
  }

  private void add(int word, double part, double[] scores) {
    int[] in = tools[word];
    double rare = Math.log(1 + (size - in.length + 0.5) / (in.length + 0.5));
    for (int i = 0; i < in.length; i++) {
      scores[in[i]] += part * rare * weights[word][i];
    }
  }

  /** Takes tools one after the other. */
  static final class Builder {

    private static final int LONGEST_DESCRIPTION = 1_000;
    private static final int LONGEST_NAME = 300;
    private static final int MOST_PARAMETERS = 40;

    private final Map<String, List<Posting>> postings = new TreeMap<>();
    private final List<Float> lengths = new ArrayList<>();

    private record Posting(int tool, float count) {}

    void add(CodeTool tool, ToolDefinition definition) {
      Map<String, Float> counts = new HashMap<>();
      count(tool.tool(), LONGEST_NAME, 3, counts);
      count(tool.server(), LONGEST_NAME, 2, counts);
      count(definition.title(), LONGEST_NAME, 2, counts);
      count(definition.description(), LONGEST_DESCRIPTION, 1, counts);
      definition.parameters().stream()
          .limit(MOST_PARAMETERS)
          .forEach(parameter -> count(parameter.name(), LONGEST_NAME, 0.5f, counts));
      int number = lengths.size();
      float length = 0;
      for (Map.Entry<String, Float> count : counts.entrySet()) {
        length += count.getValue();
        postings
            .computeIfAbsent(count.getKey(), word -> new ArrayList<>())
            .add(new Posting(number, count.getValue()));
      }
      lengths.add(length);
    }

    private static void count(String text, int most, float weight, Map<String, Float> counts) {
      for (String word : Words.of(text, most)) {
        counts.merge(word, weight, Float::sum);
      }
    }

    ToolSearch build() {
      double average = lengths.stream().mapToDouble(Float::doubleValue).average().orElse(1);
      int[][] tools = new int[postings.size()][];
      float[][] weights = new float[postings.size()][];
      int word = 0;
      for (List<Posting> list : postings.values()) {
        tools[word] = list.stream().mapToInt(Posting::tool).toArray();
        weights[word] = new float[list.size()];
        for (int i = 0; i < list.size(); i++) {
          double count = list.get(i).count();
          double length = lengths.get(list.get(i).tool()) / Math.max(average, 1);
          weights[word][i] =
              (float)
                  (count
                      * (SATURATION + 1)
                      / (count + SATURATION * (1 - LENGTH + LENGTH * length)));
        }
        word++;
      }
      return new ToolSearch(
          postings.keySet().toArray(String[]::new), tools, weights, lengths.size());
    }
  }
}
