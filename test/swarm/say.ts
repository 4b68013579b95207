/** A line of what is played, with the time. */
export const say = (text: string): void => console.log(`${new Date().toISOString().slice(11, 19)}  ${text}`);
