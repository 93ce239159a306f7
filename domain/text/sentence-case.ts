/** First words of our own sentences; anything else at the front is a name, which keeps its spelling. */
const OUR_WORDS =
  /^(the|a|an|no|nothing|nobody|not|last|it|its|every|what|this|all|get|make|verify|say|move|lock|add|back|pass|agent|retention|whether)\b/;

/** Begins a clause of ours with a capital; one that begins with a name stays as it is. */
export function sentenceCase(text: string): string {
  return OUR_WORDS.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
