/** How long an answer is used again. */
const FRESH_MS = 8000;

/**
 * The same question within a few seconds gets the same answer, so that what is asked of each service by itself costs a backend one
 * query for all of them. A failure is not kept.
 *
 * @param keyOf what makes two questions the same
 */
export function shared<Q, A>(
  ask: (question: Q) => Promise<A>,
  keyOf: (question: Q) => string,
): (question: Q) => Promise<A> {
  const answers = new Map<string, { readonly askedAt: number; readonly answer: Promise<A> }>();
  return (question) => {
    const key = keyOf(question);
    const last = answers.get(key);
    if (last !== undefined && Date.now() - last.askedAt < FRESH_MS) return last.answer;
    const answer = ask(question);
    answers.set(key, { askedAt: Date.now(), answer });
    answer.catch(() => {
      if (answers.get(key)?.answer === answer) answers.delete(key);
    });
    return answer;
  };
}
