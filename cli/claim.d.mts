export declare function claim(
  file: string,
  text: string,
  isAlive: (text: string, file: string) => boolean,
): string | undefined;
