export declare function ensurePackages(root: string, projectNode: string): Promise<void>;
