/** What differs between two spans of the same operation: `GET /games/17` and `GET /games/{game_id}` are `GET /games/{id}`. */
export function normalName(name: string): string {
  return name
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "{id}")
    .replace(/\{[^{}]*\}/g, "{id}")
    .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, "{id}")
    .replace(/\b\d+\b/g, "{id}");
}
