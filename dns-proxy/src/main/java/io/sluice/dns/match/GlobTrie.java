package io.sluice.dns.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks one label up among all patterns with stars that rules have at one place, character by
 * character: patterns that begin alike share their beginning, and a star, once reached, stays
 * reached. So a label is read once, however many patterns there are, and never read back.
 */
final class GlobTrie {
  private final State start = new State();

  /** What follows on some characters of a pattern; behind a star, on any more characters. */
  private static final class State {
    private byte[] characters = new byte[0];
    private State[] next = new State[0];
    private @Nullable State star;
    private int leaf = LabelTable.NONE;

    private @Nullable State on(byte character) {
      for (int i = 0; i < characters.length; i++) {
        if (characters[i] == character) {
          return next[i];
        }
      }
      return null;
    }

    private State add(byte character) {
      State there = on(character);
      if (there == null) {
        there = new State();
        int count = characters.length;
        characters = Arrays.copyOf(characters, count + 1);
        next = Arrays.copyOf(next, count + 1);
        characters[count] = character;
        next[count] = there;
      }
      return there;
    }
  }

  /** Returns the node behind a pattern, made if it is not yet there. */
  int leaf(String pattern, IntSupplier made) {
    State state = start;
    for (int i = 0; i < pattern.length(); i++) {
      if (pattern.charAt(i) != '*') {
        state = state.add((byte) pattern.charAt(i));
      } else {
        if (state.star == null) {
          state.star = new State();
        }
        state = state.star;
      }
    }
    if (state.leaf == LabelTable.NONE) {
      state.leaf = made.getAsInt();
    }
    return state.leaf;
  }

  /** Returns the node behind each pattern that matches bytes[from, to). */
  List<Integer> leaves(byte[] bytes, int from, int to) {
    List<State> reached = new ArrayList<>();
    List<State> stars = new ArrayList<>();
    reach(start, reached, stars);
    for (int i = from; i < to; i++) {
      List<State> before = reached;
      int starsBefore = stars.size();
      reached = new ArrayList<>();
      for (State state : before) {
        step(state, bytes[i], reached, stars);
      }
      for (int star = 0; star < starsBefore; star++) {
        step(stars.get(star), bytes[i], reached, stars);
      }
    }
    List<Integer> leaves = new ArrayList<>();
    for (State state : reached) {
      addLeaf(state, leaves);
    }
    for (State star : stars) {
      addLeaf(star, leaves);
    }
    return leaves;
  }

  private static void step(State state, byte character, List<State> reached, List<State> stars) {
    State next = state.on(character);
    if (next != null) {
      reach(next, reached, stars);
    }
  }

  private static void reach(State state, List<State> reached, List<State> stars) {
    reached.add(state);
    if (state.star != null && !stars.contains(state.star)) {
      stars.add(state.star);
    }
  }

  private static void addLeaf(State state, List<Integer> leaves) {
    if (state.leaf != LabelTable.NONE) {
      leaves.add(state.leaf);
    }
  }
}
