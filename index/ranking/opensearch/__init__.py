"""The engine for collections that several processes and machines search: an index in an OpenSearch cluster."""
