export declare function staleReason(wantedJson: string, installedJson: string | undefined): string;
