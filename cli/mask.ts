/** What takes the place of a secret wherever something is shown to a person or written for anybody. */
export const MASK = "[secret]";
