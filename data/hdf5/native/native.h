// What package native asks of libhdf5. Every function returns something negative, or NULL, on failure and writes why to err.
#define H5_USE_110_API
#include <hdf5.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { nwErr = 512, nwName = 1024 };

// nw_innermost keeps what the function said that failed first.
static herr_t nw_innermost(unsigned n, const H5E_error2_t *e, void *err) {
	if (e->desc && e->desc[0]) {
		strncpy((char *)err, e->desc, nwErr - 1);
	}
	return 0;
}

static void nw_why(char *err, const char *otherwise) {
	strncpy(err, otherwise, nwErr - 1);
	H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, nw_innermost, err);
}

#define FAIL(what)          \
	do {                    \
		nw_why(err, what);  \
		goto fail;          \
	} while (0)

static hid_t nw_open(const char *path, char *err) {
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL); // errors are returned, not printed
	hid_t access = H5Pcreate(H5P_FILE_ACCESS), file = -1;
	if (access < 0 || H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) < 0) FAIL("no memory");
	if ((file = H5Fopen(path, H5F_ACC_RDONLY, access)) < 0) FAIL("it cannot be opened");
fail:
	if (access >= 0) H5Pclose(access);
	return file;
}

static hid_t nw_root(hid_t file, char *err) {
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	hid_t id = H5Oopen(file, "/", H5P_DEFAULT);
	if (id < 0) nw_why(err, "it has no root");
	return id;
}

static void nw_close_file(hid_t file) { H5Fclose(file); }
static void nw_close(hid_t id) { H5Oclose(id); }

// nw_count is the number of links in a group.
static int64_t nw_count(hid_t group, char *err) {
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	H5G_info_t info;
	if (H5Gget_info(group, &info) < 0) {
		nw_why(err, "it is no group");
		return -1;
	}
	return (int64_t)info.nlinks;
}

// What a link leads to.
enum { nwGroup = 0, nwDataset = 1, nwOther = 2 };

// nw_child opens what link i of a group leads to, and names it: the path of a soft link, and of one to another file, that file too.
static hid_t nw_child(hid_t group, int64_t i, char *name, char *path, char *other, int *kind, char *err) {
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	H5L_info_t link;
	hid_t id = -1;
	if (H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_NATIVE, (hsize_t)i, name, nwName, H5P_DEFAULT) < 0 ||
	    H5Lget_info(group, name, &link, H5P_DEFAULT) < 0)
		FAIL("a link cannot be read");
	if (link.type != H5L_TYPE_HARD && link.u.val_size < nwName) {
		char value[nwName] = {0};
		const char *file = "", *within = value;
		unsigned flags;
		if (H5Lget_val(group, name, value, sizeof value, H5P_DEFAULT) >= 0 &&
		    (link.type == H5L_TYPE_SOFT || H5Lunpack_elink_val(value, link.u.val_size, &flags, &file, &within) >= 0)) {
			strncpy(path, within, nwName - 1);
			strncpy(other, file, nwName - 1);
		}
	}
	if ((id = H5Oopen(group, name, H5P_DEFAULT)) < 0) FAIL("what it links to is not there");
	switch (H5Iget_type(id)) {
	case H5I_GROUP: *kind = nwGroup; break;
	case H5I_DATASET: *kind = nwDataset; break;
	default: *kind = nwOther;
	}
fail:
	return id;
}

// nw_address tells objects apart, in all files that are open.
static int nw_address(hid_t id, uint64_t *address) {
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	H5O_info_t info;
	if (H5Oget_info(id, &info) < 0) return -1;
	*address = (uint64_t)info.addr ^ (uint64_t)info.fileno << 48;
	return 0;
}

// nw_attributes is the number of attributes of an object, and nw_attribute the name of one, opened.
static int64_t nw_attributes(hid_t id, char *err) {
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	H5O_info_t info;
	if (H5Oget_info(id, &info) < 0) {
		nw_why(err, "its attributes cannot be counted");
		return -1;
	}
	return (int64_t)info.num_attrs;
}

static hid_t nw_attribute(hid_t id, int64_t i, char *name, char *err) {
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	hid_t a = H5Aopen_by_idx(id, ".", H5_INDEX_NAME, H5_ITER_NATIVE, (hsize_t)i, H5P_DEFAULT, H5P_DEFAULT);
	if (a < 0 || H5Aget_name(a, nwName, name) < 0) FAIL("an attribute cannot be read");
	return a;
fail:
	if (a >= 0) H5Aclose(a);
	return -1;
}

static void nw_close_attribute(hid_t id) { H5Aclose(id); }

// What values there are of a dataset or an attribute.
typedef struct {
	int class, text, rank, chunked, members;
	uint64_t size;
	hsize_t shape[H5S_MAX_RANK], chunk[H5S_MAX_RANK];
} nw_about;

static int nw_describe(hid_t id, int attribute, nw_about *a, char *err) {
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	hid_t type = attribute ? H5Aget_type(id) : H5Dget_type(id);
	hid_t space = attribute ? H5Aget_space(id) : H5Dget_space(id), made = -1;
	int ok = -1;
	memset(a, 0, sizeof *a);
	if (type < 0 || space < 0) FAIL("its type or shape cannot be read");
	a->class = H5Tget_class(type);
	a->size = H5Tget_size(type);
	a->text = a->class == H5T_STRING;
	if (a->text && H5Tis_variable_str(type) > 0) a->class = H5T_VLEN;
	if (a->class == H5T_ENUM && (a->members = H5Tget_nmembers(type)) < 0) FAIL("its type cannot be read");
	if (a->class < 0 || a->size == 0) FAIL("its type cannot be read");
	switch (H5Sget_simple_extent_type(space)) {
	case H5S_SIMPLE:
		if ((a->rank = H5Sget_simple_extent_dims(space, a->shape, NULL)) < 0) FAIL("its shape cannot be read");
		break;
	case H5S_NULL: // no value at all
		a->rank = 1;
		break;
	default:;
	}
	if (!attribute) {
		if ((made = H5Dget_create_plist(id)) < 0) FAIL("its layout cannot be read");
		a->chunked = H5Pget_layout(made) == H5D_CHUNKED;
		if (a->chunked && H5Pget_chunk(made, H5S_MAX_RANK, a->chunk) < 0) FAIL("its chunks cannot be read");
	}
	ok = 0;
fail:
	if (made >= 0) H5Pclose(made);
	if (type >= 0) H5Tclose(type);
	if (space >= 0) H5Sclose(space);
	return ok;
}

// nw_member is the name, for the caller to free with H5free_memory, and the value of a member of an enumeration.
static char *nw_member(hid_t id, int attribute, int i, int64_t *value, char *err) {
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	hid_t type = attribute ? H5Aget_type(id) : H5Dget_type(id), base = -1;
	char *name = NULL;
	char raw[64] = {0};
	if (type < 0 || (base = H5Tget_super(type)) < 0 || H5Tget_size(base) > sizeof raw || H5Tget_member_value(type, i, raw) < 0 ||
	    H5Tconvert(base, H5T_NATIVE_INT64, 1, raw, NULL, H5P_DEFAULT) < 0)
		FAIL("its names cannot be read");
	memcpy(value, raw, sizeof *value);
	if (!(name = H5Tget_member_name(type, (unsigned)i))) FAIL("its names cannot be read");
fail:
	if (base >= 0) H5Tclose(base);
	if (type >= 0) H5Tclose(type);
	return name;
}

// nw_read reads a box of a dataset, or all of an attribute, as the type of memory.
static int nw_read(hid_t id, int attribute, hid_t memory, const hsize_t *first, const hsize_t *count, void *to, char *err) {
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	hid_t in = H5S_ALL, space = H5S_ALL;
	int ok = -1;
	if (attribute) {
		if (H5Aread(id, memory, to) < 0) FAIL("it cannot be read");
		return 0;
	}
	if (first) {
		if ((space = H5Dget_space(id)) < 0) FAIL("its shape cannot be read");
		int rank = H5Sget_simple_extent_ndims(space);
		if (H5Sselect_hyperslab(space, H5S_SELECT_SET, first, NULL, count, NULL) < 0) FAIL("rows cannot be chosen");
		if ((in = H5Screate_simple(rank, count, NULL)) < 0) FAIL("no memory");
	}
	if (H5Dread(id, memory, in, space, H5P_DEFAULT, to) < 0) FAIL("it cannot be read");
	ok = 0;
fail:
	if (space >= 0 && space != H5S_ALL) H5Sclose(space);
	if (in >= 0 && in != H5S_ALL) H5Sclose(in);
	return ok;
}

static int nw_doubles(hid_t id, int attribute, const hsize_t *first, const hsize_t *count, double *to, char *err) {
	return nw_read(id, attribute, H5T_NATIVE_DOUBLE, first, count, to, err);
}

// nw_integers reads integers, or the values of an enumeration.
static int nw_integers(hid_t id, int attribute, int64_t n, int64_t *to, char *err) {
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	hid_t type = attribute ? H5Aget_type(id) : H5Dget_type(id), base = -1;
	int ok = -1;
	if (type < 0) FAIL("its type cannot be read");
	if (H5Tget_class(type) != H5T_ENUM) {
		ok = nw_read(id, attribute, H5T_NATIVE_INT64, NULL, NULL, to, err);
		goto fail;
	}
	// as they are in the file; the buffer has room for eight bytes each
	if ((base = H5Tget_super(type)) < 0 || H5Tget_size(base) > 8) FAIL("its type cannot be read");
	if (nw_read(id, attribute, type, NULL, NULL, to, err) < 0) goto fail;
	if (H5Tconvert(base, H5T_NATIVE_INT64, (size_t)n, to, NULL, H5P_DEFAULT) < 0) FAIL("its values are no integers");
	ok = 0;
fail:
	if (base >= 0) H5Tclose(base);
	if (type >= 0) H5Tclose(type);
	return ok;
}

// nw_fixed reads texts of fixed length as they are, with what fills them up.
static int nw_fixed(hid_t id, int attribute, char *to, int *padding, char *err) {
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	hid_t type = attribute ? H5Aget_type(id) : H5Dget_type(id);
	if (type < 0) {
		nw_why(err, "its type cannot be read");
		return -1;
	}
	*padding = H5Tget_strpad(type) == H5T_STR_SPACEPAD ? ' ' : 0;
	int ok = nw_read(id, attribute, type, NULL, NULL, to, err);
	H5Tclose(type);
	return ok;
}

// nw_variable reads texts of variable length; nw_reclaim frees them.
static int nw_variable(hid_t id, int attribute, char **to, char *err) {
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	hid_t type = attribute ? H5Aget_type(id) : H5Dget_type(id), memory = -1;
	int ok = -1;
	if (type < 0 || (memory = H5Tcopy(H5T_C_S1)) < 0 || H5Tset_size(memory, H5T_VARIABLE) < 0 || H5Tset_cset(memory, H5Tget_cset(type)) < 0)
		FAIL("its type cannot be read");
	ok = nw_read(id, attribute, memory, NULL, NULL, to, err);
fail:
	if (memory >= 0) H5Tclose(memory);
	if (type >= 0) H5Tclose(type);
	return ok;
}

static void nw_reclaim(char **texts, int64_t n) {
	for (int64_t i = 0; i < n; i++) {
		if (texts[i]) H5free_memory(texts[i]);
	}
}

// nw_references reads references to objects, as nw_address has them; 0 for none.
static int nw_references(hid_t id, int attribute, int64_t n, uint64_t *to, char *err) {
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	hobj_ref_t *all = calloc((size_t)n, sizeof *all);
	int ok = -1;
	if (!all) FAIL("no memory");
	if (nw_read(id, attribute, H5T_STD_REF_OBJ, NULL, NULL, all, err) < 0) goto fail;
	for (int64_t i = 0; i < n; i++) {
		hid_t o = all[i] ? H5Rdereference2(id, H5P_DEFAULT, H5R_OBJECT, &all[i]) : -1;
		to[i] = 0;
		if (o >= 0) {
			nw_address(o, &to[i]);
			H5Oclose(o);
		}
	}
	ok = 0;
fail:
	free(all);
	return ok;
}
