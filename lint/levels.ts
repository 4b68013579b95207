/** Which attributes the semantic conventions put where. Data. */

/** By the conventions these describe who sends, and stand in the resource. */
export const OF_RESOURCE =
  /^(k8s|host|os|container|cloud|faas|telemetry\.sdk|device)\.[\w.]+$|^service\.(name|namespace|version|instance\.id)$|^deployment\.environment(\.name)?$|^process\.(command|command_args|command_line|executable\.(name|path)|owner|pid|runtime\.\w+)$/;
/** And these what happened: they stand in a span or a record. */
export const OF_SPAN =
  /^(http\.(request|response|url|target|route|status_code|method|user_agent|client_ip)|db|rpc|messaging|exception|enduser|graphql|user|session)\b|^url\.(full|path|query)$|^client\.address$|^user_agent\.original$/;
